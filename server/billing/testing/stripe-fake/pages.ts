import type { FastifyInstance, FastifyReply } from 'fastify'
import type { StripeWorld } from './world.ts'

/* The pages that Stripe hosts, as small as they can be: a browser really goes there, presses a button, and is sent back. */

/** Adds Checkout, customer portal and invoice pages of a world to its server. */
export function addPages(app: FastifyInstance, world: StripeWorld): void {
  app.get<Asked>('/checkout/:id', (request, reply) => {
    const checkout = world.checkouts.get(request.params.id)
    if (!checkout) return showPage(reply, 'This Checkout has ended', '', 410)
    const { name } = world.customers.get(checkout.customer) ?? { name: '' }
    return showPage(reply, 'Checkout', [
      `<p>Subscribe ${escaped(name)} to Patchward</p>`,
      button(`/checkout/${checkout.id}`, 'Pay and subscribe'),
      link(checkout.cancelUrl, 'Back to Patchward'),
    ])
  })
  app.post<Asked>('/checkout/:id', (request, reply) => {
    const checkout = world.checkouts.get(request.params.id)
    if (!checkout) return showPage(reply, 'This Checkout has ended', '', 410)
    world.finishCheckout(checkout.id)
    return reply.redirect(checkout.successUrl, 303)
  })

  app.get<Asked>('/portal/:id', (request, reply) => {
    const session = world.portals.get(request.params.id)
    if (!session) return showPage(reply, 'This session has ended', '', 410)
    const open = world.invoices.filter(({ customer, status }) => customer === session.customer && status === 'open')
    return showPage(reply, 'Customer portal', [
      `<p>${world.isCardGood ? 'The card pays.' : 'The card is refused.'} Open invoices: ${open.length}</p>`,
      button(`/portal/${request.params.id}/card`, 'Use another card'),
      link(session.returnUrl, 'Return to Patchward'),
    ])
  })
  app.post<Asked>('/portal/:id/card', (request, reply) => {
    world.isCardGood = true
    world.payOpen()
    return reply.redirect(`/portal/${request.params.id}`, 303)
  })

  app.get<Asked>('/invoice/:id', (request, reply) => {
    const invoice = world.invoices.find(({ id }) => id === request.params.id)
    if (!invoice) return showPage(reply, 'No such invoice', '', 404)
    return showPage(reply, `Invoice ${invoice.number}`, `<p>${(invoice.total / 100).toFixed(2)}, ${invoice.status}</p>`)
  })
}

interface Asked {
  Params: { id: string }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter)
const button = (action: string, name: string) =>
  `<form method="post" action="${escaped(action)}"><button>${name}</button></form>`
const link = (address: string, name: string) => `<p><a href="${escaped(address)}">${name}</a></p>`

function showPage(reply: FastifyReply, title: string, content: string | string[], status = 200) {
  const body = `<main><h1>${escaped(title)}</h1>${[content].flat().join('')}</main>`
  const html = `<!doctype html><html lang="en"><title>${escaped(title)} (a fake of Stripe)</title>${body}</html>`
  return reply.status(status).type('text/html; charset=utf-8').send(html)
}
