import type { RefObject } from 'react';
import { Icon, type IconName } from '../Icon.tsx';
import { count } from './count.ts';
import type { Search } from './useSearch.ts';

interface LogSearchProps {
  search: Search;
  input: RefObject<HTMLInputElement | null>;
  /** The reader is done with it. */
  onLeave: () => void;
}

const isApple = /Mac|iP(?:hone|ad)/.test(navigator.platform);

/** The field that finds: the number of lines that match stands in it, and the way from one to the next. */
export function LogSearch({ search, input, onLeave }: LogSearchProps) {
  const { query, setQuery, go } = search;
  return (
    <div className="field log-search" role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Find in lines"
        aria-keyshortcuts={isApple ? 'Meta+F' : 'Control+F'}
        placeholder={isApple ? 'Find ⌘F' : 'Find Ctrl+F'}
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? 1 : -1);
          if (event.key !== 'Escape') return;
          event.preventDefault();
          setQuery('');
          onLeave();
        }}
      />
      {query !== '' && (
        <>
          <span className="log-found" role="status" data-testid="found">
            <Found search={search} />
          </span>
          <StepButton label="Previous match" icon="up" step={-1} search={search} />
          <StepButton label="Next match" icon="down" step={1} search={search} />
        </>
      )}
    </div>
  );
}

function Found({ search: { position, count: found } }: { search: Search }) {
  if (found === 0) return 'No match';
  return position === 0 ? `${count(found)} found` : `${count(position)} of ${count(found)}`;
}

interface StepButtonProps {
  label: string;
  icon: IconName;
  step: 1 | -1;
  search: Search;
}

function StepButton({ label, icon, step, search }: StepButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={search.count === 0}
      onClick={() => {
        search.go(step);
      }}
    >
      <Icon name={icon} />
    </button>
  );
}
