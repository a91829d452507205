import { connection } from 'next/server';
import { Work } from './Work.tsx';

/** Rendered for every request, so that a navigation waits for it behind `loading.tsx`. */
export default async function Page() {
  await connection();
  return (
    <>
      <h1>Report</h1>
      <Work />
    </>
  );
}
