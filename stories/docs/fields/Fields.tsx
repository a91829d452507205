import { Markdown } from '@storybook/addon-docs/blocks';
import type { Field, Table } from './field.ts';
import tables from './fields.json';
import './fields.css';

/** A table of options, or of what a hook returns, made of docstrings; on a narrow page each row is a block. */
export function Fields({ of }: { of: keyof typeof tables }) {
  const rows = Object.entries<Field>(tables[of] satisfies Table);
  const hasDefaults = rows.some(([, { otherwise }]) => otherwise !== undefined);
  return (
    <table className="sb-unstyled fields" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader">Name, type</th>
          {hasDefaults && <th role="columnheader">Default</th>}
          <th role="columnheader">Meaning</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(([name, field]) => (
          <Row key={name} name={name} field={field} hasDefaults={hasDefaults} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  name: string;
  field: Field;
  hasDefaults: boolean;
}

function Row({ name, field: { type, otherwise, meaning }, hasDefaults }: RowProps) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <code className="field-name">{name}</code>
        <code className="field-type">{type}</code>
      </th>
      {hasDefaults && (
        <td role="cell" className="field-default">
          {otherwise !== undefined && <Markdown>{otherwise}</Markdown>}
        </td>
      )}
      <td role="cell">
        <Markdown>{meaning}</Markdown>
      </td>
    </tr>
  );
}
