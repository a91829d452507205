// To state facts about types is to name types that no value is made of.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */

/** Whether two types are the same, and not only assignable to each other. */
export type Equal<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** States a fact about types: `holds<Equal<Prices, readonly number[]>>()` compiles only if it is true. */
export function holds<Fact extends true>(fact?: Fact): Fact | undefined {
  return fact;
}

/** States the type of a value: `typeOf(data).is<string>()` compiles only if it is exactly that. */
export function typeOf<A>(value: A) {
  return {
    is: <B>(...mistaken: Equal<A, B> extends true ? [] : [never]): [A, typeof mistaken] => [
      value,
      mistaken,
    ],
  };
}
