/** What a numeric query parameter may be. */
export interface NumberRange {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** The numeric query parameter `name`, kept within its range; the fallback where it is missing or no number. */
export function numberParam(request: Request, name: string, range: NumberRange): number {
  const text = textParam(request, name);
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? range.fallback : Math.min(range.max, Math.max(range.min, value));
}

/** The query parameter `name`, or null. */
export function textParam(request: Request, name: string): string | null {
  return new URL(request.url).searchParams.get(name);
}

/** Whether the query parameter `name` is switched on with `1` or `true`. */
export function flagParam(request: Request, name: string): boolean {
  return ['1', 'true'].includes(textParam(request, name) ?? '');
}
