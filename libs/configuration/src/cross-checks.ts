// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { gatewayGroup } from '@sendium/message';
import type { ConfigurationDocument } from './document-schema.ts';

/** A path into the document with what is wrong there. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** What no field can know by itself: that names lead somewhere and are not taken twice. */
export function crossChecks(document: ConfigurationDocument): readonly Finding[] {
  return [
    ...danglingTargets(document),
    ...danglingAccounts(document),
    ...repeated(
      document.routes.map((route, i) => ({ value: route.name, path: ['routes', i, 'name'] })),
    ),
    ...repeated(
      document.inbound.map((rule, i) => ({ value: rule.name, path: ['inbound', i, 'name'] })),
    ),
    ...repeated([
      ...Object.entries(document.accounts).flatMap(([name, { smpp }]) =>
        smpp === undefined
          ? []
          : [{ value: smpp.system_id, path: ['accounts', name, 'smpp', 'system_id'] }],
      ),
      ...Object.entries(document.carriers).map(([name, { system_id: value }]) => ({
        ...{ value, path: ['carriers', name, 'system_id'] },
      })),
    ]),
    ...Object.entries(document.accounts).flatMap(([name, { webhooks }]) =>
      repeated(
        webhooks.map((webhook, i) => ({
          ...{ value: webhook.name, path: ['accounts', name, 'webhooks', i, 'name'] },
        })),
      ),
    ),
    ...carriersCalledAsConnectors(document),
    ...waylessRules(document),
    ...reservedGroups(document),
    ...reversedTimers(document),
    ...placelessConnectors(document),
    ...unwantedTlvs(document),
  ];
}

function danglingTargets({
  routes,
  connectors,
  carriers,
  inbound,
}: ConfigurationDocument): readonly Finding[] {
  const missing = (name: string) => `there is no connector ${name}`;
  return [
    ...routes.flatMap((route, i) =>
      route.send_to.flatMap((target, j) =>
        Object.hasOwn(connectors, target)
          ? []
          : [{ path: ['routes', i, 'send_to', j], reason: missing(target) }],
      ),
    ),
    ...inbound.flatMap(({ match: { connector } }, i) =>
      connector === undefined ||
      Object.hasOwn(connectors, connector) ||
      Object.hasOwn(carriers, connector)
        ? []
        : [{ path: ['inbound', i, 'match', 'connector'], reason: missing(connector) }],
    ),
  ];
}

function danglingAccounts({
  routes,
  accounts,
  inbound,
}: ConfigurationDocument): readonly Finding[] {
  const check = (account: string, path: readonly (string | number)[]): readonly Finding[] =>
    Object.hasOwn(accounts, account) ? [] : [{ path, reason: `there is no account ${account}` }];
  return [
    ...routes.flatMap((route, i) =>
      (route.match.account ?? []).flatMap((account) =>
        check(account, ['routes', i, 'match', 'account']),
      ),
    ),
    ...inbound.flatMap((rule, i) =>
      check(rule.deliver_to.account, ['inbound', i, 'deliver_to', 'account']),
    ),
  ];
}

/** Carriers and connectors are named alike in subjects and rules. */
function carriersCalledAsConnectors({
  connectors,
  carriers,
}: ConfigurationDocument): readonly Finding[] {
  return Object.entries(carriers).flatMap(([name, { group }]) => [
    ...(Object.hasOwn(connectors, name)
      ? [{ path: ['carriers', name], reason: `there is a connector ${name} already` }]
      : []),
    ...((group ?? name) === gatewayGroup
      ? [{ path: ['carriers', name], reason: `the group ${gatewayGroup} is the gateway's own` }]
      : []),
  ]);
}

/** An inbound rule that names a way which its account does not have. */
function waylessRules({ inbound, accounts }: ConfigurationDocument): readonly Finding[] {
  return inbound.flatMap(({ deliver_to: { account, by } }, i) => {
    const known = accounts[account];
    if (known === undefined) return [];
    const has = { webhook: known.webhooks.length > 0, smpp: known.smpp !== undefined };
    return (by ?? []).flatMap((way) =>
      has[way]
        ? []
        : [{ path: ['inbound', i, 'deliver_to', 'by'], reason: `${account} has no ${way}` }],
    );
  });
}

function repeated(
  names: readonly { readonly value: string; readonly path: readonly (string | number)[] }[],
): readonly Finding[] {
  const seen = new Set<string>();
  return names.flatMap(({ value, path }) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [{ path, reason: `${value} is taken already` }];
  });
}

function reservedGroups({ connectors }: ConfigurationDocument): readonly Finding[] {
  return Object.entries(connectors).flatMap(([name, { group }]) =>
    (group ?? name) === gatewayGroup
      ? [{ path: ['connectors', name], reason: `the group ${gatewayGroup} is the gateway's own` }]
      : [],
  );
}

function reversedTimers({ connectors }: ConfigurationDocument): readonly Finding[] {
  const pairs = [
    ['reconnect', 'reconnect_max'],
    ['refused', 'refused_max'],
    ['throttle', 'throttle_max'],
  ] as const;
  return Object.entries(connectors).flatMap(([name, { timers }]) =>
    pairs.flatMap(([first, longest]) =>
      timers[first] > timers[longest]
        ? [
            {
              path: ['connectors', name, 'timers', longest],
              reason: `must not be less than ${first}`,
            },
          ]
        : [],
    ),
  );
}

function placelessConnectors({ connectors }: ConfigurationDocument): readonly Finding[] {
  return Object.entries(connectors).flatMap(([name, { host, port, hosts }]) => {
    const isOne = host !== undefined && port !== undefined;
    const isNone = host === undefined && port === undefined;
    if ((isOne && hosts === undefined) || (isNone && hosts !== undefined)) return [];
    return [{ path: ['connectors', name], reason: 'needs `host` and `port`, or `hosts`' }];
  });
}

/** Long messages and fields of one's own that only TLVs can carry, to a carrier that takes none. */
function unwantedTlvs({ connectors }: ConfigurationDocument): readonly Finding[] {
  return Object.entries(connectors).flatMap(([name, connector]) => {
    if (connector.tlvs && connector.interface_version !== '3.3') return [];
    const reason = 'needs TLVs, which are switched off by `tlvs` or `interface_version`';
    const isLongByTlv = ['sar', 'payload'].includes(connector.long_message);
    return [
      ...(isLongByTlv ? [{ path: ['connectors', name, 'long_message'], reason }] : []),
      ...(connector.submit_tlvs.length > 0
        ? [{ path: ['connectors', name, 'submit_tlvs'], reason }]
        : []),
    ];
  });
}
