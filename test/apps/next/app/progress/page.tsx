import { Job } from './Job.tsx';

export default function Page() {
  return (
    <>
      <h1>Progress</h1>
      <Job />
    </>
  );
}
