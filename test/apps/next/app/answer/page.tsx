import { Answer } from './Answer.tsx';

export default function Page() {
  return (
    <>
      <h1>Answer</h1>
      <Answer question="How does it reconnect?" />
    </>
  );
}
