import { connection } from 'next/server';
import { Suspense } from 'react';
import { gate } from './gate.ts';
import { Quotes } from './Quotes.tsx';

/** Arrives in a page that has been running for a while. */
async function Late() {
  await connection();
  await gate.promise;
  return <Quotes name="late" />;
}

export default function Page() {
  return (
    <>
      <h1>Shared</h1>
      <Quotes name="early" />
      <Suspense fallback={<p>Waiting</p>}>
        <Late />
      </Suspense>
    </>
  );
}
