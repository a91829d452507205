import type { ComponentProps, ReactElement } from 'react';
import { CodeBlock } from './CodeBlock.tsx';

/** Code within a sentence of a page. */
export const MdxCode = (props: ComponentProps<'code'>) => <code {...props} />;

/** A block of code on a page: what Markdown makes of it is a `code` with its language in the class. */
export function MdxPre({ children }: { children?: ReactElement<ComponentProps<'code'>> }) {
  const { className = '', children: code } = children?.props ?? {};
  const language = /lang(?:uage)?-(\w+)/.exec(className)?.[1] ?? 'text';
  return <CodeBlock code={typeof code === 'string' ? code : ''} language={language} />;
}
