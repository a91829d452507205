import { count, countOf } from './count.ts';
import type { Search } from './useSearch.ts';

/** The search field, with the number of lines that match and the way from one to the next. */
export function LogSearch({ search }: { search: Search }) {
  const { query, setQuery, go } = search;
  return (
    <div className="log-search" role="search">
      <input
        type="search"
        aria-label="Search lines"
        placeholder="Search"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
        }}
        onKeyDown={({ key, shiftKey }) => {
          if (key === 'Enter') go(shiftKey ? 1 : -1);
        }}
      />
      <span className="log-found" data-testid="found">
        {query !== '' && <Found search={search} />}
      </span>
      <StepButton label="Previous match" arrow="↑" step={-1} search={search} />
      <StepButton label="Next match" arrow="↓" step={1} search={search} />
    </div>
  );
}

function Found({ search: { position, count: found } }: { search: Search }) {
  if (found === 0) return 'No match';
  return position === 0 ? countOf(found, 'line') : `${count(position)} of ${count(found)}`;
}

interface StepButtonProps {
  label: string;
  arrow: string;
  step: 1 | -1;
  search: Search;
}

function StepButton({ label, arrow, step, search }: StepButtonProps) {
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
      {arrow}
    </button>
  );
}
