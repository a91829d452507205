import './bars.css';

interface Bar {
  name: string;
  /** Null where there is none, as of a page that hung. */
  value: number | null;
  isOurs: boolean;
}

interface BarsProps {
  caption: string;
  rows: readonly Bar[];
  textOf: (value: number | null) => string;
}

/** A chart of bars that is a table to those who cannot see it. */
export function Bars({ caption, rows, textOf }: BarsProps) {
  const most = Math.max(1, ...rows.map(({ value }) => value ?? 0));
  return (
    <table className="sb-unstyled bars" role="table">
      <caption>{caption}</caption>
      <tbody role="rowgroup">
        {rows.map(({ name, value, isOurs }) => (
          <tr key={name} role="row" data-ours={isOurs} data-none={value === null}>
            <th role="rowheader" scope="row">
              {name}
            </th>
            <td role="cell">
              <span
                className="bars-bar"
                aria-hidden="true"
                style={{ width: `${100 * ((value ?? most) / most)}%` }}
              />
              <span className="bars-value">{textOf(value)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
