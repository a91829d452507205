import { CodeBlock } from '../ui/code/CodeBlock.tsx';

/** The text of a file on a page. */
export const Code = ({ code, language = 'tsx' }: { code: string; language?: string }) => (
  <CodeBlock code={code} language={language} />
);
