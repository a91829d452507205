import { CodeBlock } from '../ui/code/CodeBlock.tsx';
import '../ui/demo.css';
import './landing.css';

/** One sentence, how to install it, and where to go on. */
export function Hero() {
  return (
    <header className="hero sb-unstyled">
      <h1>
        Live data in React that <em>survives a bad line</em>.
      </h1>
      <div className="hero-actions">
        <CodeBlock code="npm install use-event-stream" language="sh" title="the install line" />
        <a href="?path=/docs/getting-started--docs" target="_top">
          Get started
        </a>
      </div>
    </header>
  );
}
