/** Version of this agent, as the door and the device page show it. */
export const agentVersion = '0.1.0'
