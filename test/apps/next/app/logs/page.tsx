import { Log } from './Log.tsx';

export default function Page() {
  return (
    <>
      <h1>Logs</h1>
      <Log />
    </>
  );
}
