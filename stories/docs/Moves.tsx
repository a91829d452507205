import { Markdown } from '@storybook/addon-docs/blocks';
import './fields/fields.css';

interface MovesProps {
  /** What it is called there, and what is done here; both Markdown. */
  of: readonly (readonly [there: string, here: string])[];
}

/** What each option of another package is here. */
export function Moves({ of }: MovesProps) {
  return (
    <table className="sb-unstyled fields" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader">There</th>
          <th role="columnheader">Here</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {of.map(([there, here]) => (
          <tr key={there} role="row">
            <th role="rowheader" scope="row">
              <Markdown>{there}</Markdown>
            </th>
            <td role="cell">
              <Markdown>{here}</Markdown>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
