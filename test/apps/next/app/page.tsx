import { Prices } from './Prices.tsx';

/** What the server knows already is in the page; the stream goes on after it. */
export default function Page() {
  return (
    <>
      <h1>Events</h1>
      <Prices known={{ ACME: 182.5 }} lastEventId="7" />
    </>
  );
}
