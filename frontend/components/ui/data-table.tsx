"use client";

import { tableFeatures, useTable, type ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";

export const plainTable = tableFeatures({});
export type Column<Row extends object> = ColumnDef<typeof plainTable, Row, unknown>;

interface DataTableProps<Row extends object> {
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  caption: string;
  onRowClick?: (row: Row) => void;
  /** What a row looks like on a phone, where columns do not fit. */
  card?: (row: Row) => ReactNode;
}

/** A plain table on wide screens and a list of cards on phones. */
export function DataTable<Row extends object>({ columns, rows, rowId, caption, onRowClick, card }: DataTableProps<Row>) {
  const table = useTable({ features: plainTable, columns, data: rows, getRowId: rowId });
  return (
    <>
      <div className={cn("overflow-x-auto scroll-thin", card && "max-md:hidden")}>
        <table className="w-full border-collapse text-[0.93rem]">
          <caption className="sr-only">{caption}</caption>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} className="border-b border-line text-left">
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" className="px-4 py-2.5 text-[0.82rem] font-medium whitespace-nowrap text-ink-3 first:pl-5 last:pr-5">
                    <table.FlexRender header={header} />
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {table.getRowModel().rows.map((row) => (
              <tr
                key={row.id}
                onClick={onRowClick && (() => onRowClick(row.original))}
                className={cn("border-b border-line/70 last:border-0", onRowClick && "cursor-pointer hover:bg-hover/60")}
              >
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} className="px-4 py-3 align-middle first:pl-5 last:pr-5">
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {card ? (
        <ul className="divide-y divide-line md:hidden">
          {rows.map((row) => <li key={rowId(row)}>{card(row)}</li>)}
        </ul>
      ) : null}
    </>
  );
}
