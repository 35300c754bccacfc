// biome-ignore lint/style/noDefaultExport: the form that PostCSS loads
export default { plugins: { '@tailwindcss/postcss': {} } }
