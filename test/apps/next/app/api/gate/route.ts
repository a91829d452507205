import { gate } from '../../shared/gate.ts';

export function POST() {
  gate.resolve();
  return new Response(null, { status: 204 });
}
