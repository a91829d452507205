import { AnchorMdx, Markdown } from '@storybook/addon-docs/blocks';
import { anchorOf, type Field, type Table, type TableName } from './field.ts';
import tables from './fields.json';
import './fields.css';

/**
 * A table of options, or of what a hook returns, made of docstrings; on a narrow page each row is a block. Each row has
 * an anchor, such as `#option-headers`.
 */
export function Fields({ of }: { of: TableName }) {
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
          <Row
            key={name}
            name={name}
            anchor={anchorOf(of, name)}
            field={field}
            hasDefaults={hasDefaults}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  name: string;
  anchor: string;
  field: Field;
  hasDefaults: boolean;
}

function Row({ name, anchor, field: { type, otherwise, meaning }, hasDefaults }: RowProps) {
  return (
    <tr role="row" id={anchor}>
      <th role="rowheader" scope="row">
        <AnchorMdx href={`#${anchor}`} target="">
          <code className="field-name">{name}</code>
        </AnchorMdx>
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
