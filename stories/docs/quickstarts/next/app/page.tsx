import { Prices } from './Prices';

export default function Page() {
  return (
    <main>
      <h1>Prices</h1>
      <Prices />
    </main>
  );
}
