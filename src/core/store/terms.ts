import type { ResolvedPolicy } from '../request/reconnectPolicy.ts';
import { asker } from '../report.ts';
import type { StreamRequest } from '../request/request.ts';

/** What each hook on one connection may say by itself; none of it tells two streams apart. */
export type Terms = Pick<
  StreamRequest,
  'policy' | 'suspendWhenHidden' | 'openTimeout' | 'idleTimeout' | 'maxEventSize'
>;

/** Tries again where one of them would; undefined, the usual rules, where none says so and one says nothing. */
function anyWould(policies: readonly ResolvedPolicy[]): ResolvedPolicy['shouldReconnect'] {
  if (policies.every(({ shouldReconnect }) => !shouldReconnect)) return undefined;
  const ask = asker('reconnect.shouldReconnect');
  return (...args) => {
    const answers = policies.map(({ shouldReconnect }) =>
      ask(() => shouldReconnect?.(...args), undefined, false),
    );
    return answers.some(Boolean) || (answers.includes(undefined) ? undefined : false);
  };
}

function mostWilling(policies: readonly ResolvedPolicy[]): ResolvedPolicy {
  const each = (key: 'delay' | 'maxDelay' | 'maxAttempts') => policies.map((policy) => policy[key]);
  return {
    delay: Math.min(...each('delay')),
    maxDelay: Math.min(...each('maxDelay')),
    maxAttempts: Math.max(...each('maxAttempts')),
    repeat: policies.some(({ repeat }) => repeat),
    shouldReconnect: anyWould(policies),
    // Only the standard's EventSource has one, and it is alone on its connection.
    reconnectionTime: policies[0]?.reconnectionTime ?? null,
  };
}

/** What holds for all who are on a connection: the most patient, the most willing, the largest. */
export function termsOf(requests: readonly StreamRequest[]): Terms {
  const [only] = requests;
  if (only && requests.length === 1 && !only.policy.shouldReconnect) {
    const { policy, suspendWhenHidden, openTimeout, idleTimeout, maxEventSize } = only;
    return { policy, suspendWhenHidden, openTimeout, idleTimeout, maxEventSize };
  }
  // 0 stands for no timeout.
  const longest = (key: 'openTimeout' | 'idleTimeout') =>
    Math.max(...requests.map((request) => request[key] || Infinity));
  return {
    policy: mostWilling(requests.map(({ policy }) => policy)),
    suspendWhenHidden: requests.every(({ suspendWhenHidden }) => suspendWhenHidden),
    openTimeout: longest('openTimeout'),
    idleTimeout: longest('idleTimeout'),
    maxEventSize: Math.max(...requests.map(({ maxEventSize }) => maxEventSize)),
  };
}
