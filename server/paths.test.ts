import { expect, test } from 'vitest'
import { paths } from './paths.ts'

const id = '0193c1de-0000-7000-8000-000000000001'

test('every address of the console', () => {
  const all: Record<keyof typeof paths, string> = {
    signIn: paths.signIn(),
    signInLink: paths.signInLink('a+b/c='),
    signInRefused: paths.signInRefused(),
    secondFactor: paths.secondFactor(),
    enrolFactor: paths.enrolFactor(),
    recovery: paths.recovery('a+b'),
    security: paths.security(),
    accountTrpc: paths.accountTrpc(),
    redeemSignInLink: paths.redeemSignInLink(),
    signOut: paths.signOut(),
    invitation: paths.invitation('a+b/c='),
    invitationRefused: paths.invitationRefused(),
    invitationAccepted: paths.invitationAccepted(),
    acceptInvitation: paths.acceptInvitation(),
    home: paths.home(),
    msp: paths.msp('northfold'),
    overview: paths.overview('northfold'),
    clients: paths.clients('northfold'),
    devices: paths.devices('northfold', { filter: 'failed', client: id, search: 'bw ws', after: 'x' }),
    device: paths.device('northfold', id, { patch: id }),
    enrolment: paths.enrolment('northfold', { client: id }),
    patches: paths.patches('northfold', { filter: 'waiting' }),
    patch: paths.patch('northfold', id),
    proposals: paths.proposals('northfold', { open: 'p1' }),
    policies: paths.policies('northfold'),
    policy: paths.policy('northfold', 'standard'),
    rollouts: paths.rollouts('northfold'),
    rollout: paths.rollout('northfold', id, { ring: '1' }),
    holds: paths.holds('northfold'),
    settings: paths.settings('northfold'),
    people: paths.people('northfold'),
    company: paths.company('northfold'),
    audit: paths.audit('northfold'),
    portal: paths.portal('northfold', 'kestrel-logistics'),
    events: paths.events('northfold'),
    trpc: paths.trpc('northfold'),
  }
  expect(all).toEqual({
    signIn: '/sign-in',
    signInLink: '/sign-in/link?token=a%2Bb%2Fc%3D',
    signInRefused: '/sign-in/link',
    secondFactor: '/sign-in/second-factor',
    enrolFactor: '/sign-in/enrol',
    recovery: '/sign-in/recover?token=a%2Bb',
    security: '/account/security',
    accountTrpc: '/api/account/trpc',
    redeemSignInLink: '/api/auth/link',
    signOut: '/api/auth/sign-out',
    invitation: '/invitation?token=a%2Bb%2Fc%3D',
    invitationRefused: '/invitation',
    invitationAccepted: '/invitation/accepted',
    acceptInvitation: '/api/invitation',
    home: '/',
    msp: '/m/northfold',
    overview: '/m/northfold/overview',
    clients: '/m/northfold/clients',
    devices: `/m/northfold/devices?filter=failed&client=${id}&search=bw+ws&after=x`,
    device: `/m/northfold/devices/${id}?patch=${id}`,
    enrolment: `/m/northfold/devices/enrolment?client=${id}`,
    patches: '/m/northfold/patches?filter=waiting',
    patch: `/m/northfold/patches/${id}`,
    proposals: '/m/northfold/proposals?open=p1',
    policies: '/m/northfold/policies',
    policy: '/m/northfold/policies/standard',
    rollouts: '/m/northfold/rollouts',
    rollout: `/m/northfold/rollouts/${id}?ring=1`,
    holds: '/m/northfold/holds',
    settings: '/m/northfold/settings',
    people: '/m/northfold/settings/people',
    company: '/m/northfold/settings/company',
    audit: '/m/northfold/settings/audit',
    portal: '/portal/northfold/kestrel-logistics',
    events: '/api/m/northfold/events',
    trpc: '/api/m/northfold/trpc',
  })
})

test('equal filters have equal addresses', () => {
  expect(paths.devices('m', { filter: 'all' })).toBe(paths.devices('m'))
  expect(paths.devices('m', { search: '' })).toBe(paths.devices('m'))
})

test('a slug cannot leave its place in the address', () => {
  expect(paths.overview('../admin?x=1#')).toBe('/m/..%2Fadmin%3Fx%3D1%23/overview')
})
