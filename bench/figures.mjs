// Numbers into figures, and figures into the table.

export function percentile(sorted, share) {
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)];
}

export function latencies(milliseconds) {
  const sorted = Float64Array.from(milliseconds).sort();
  return {
    p50Ms: percentile(sorted, 0.5),
    p90Ms: percentile(sorted, 0.9),
    p99Ms: percentile(sorted, 0.99),
    maxMs: sorted[sorted.length - 1],
  };
}

// The run whose value of `by` lies in the middle: a whole run, so that its figures belong together.
export function medianRun(runs, by) {
  const sorted = [...runs].sort((left, right) => left[by] - right[by]);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

export function rate(perSecond) {
  if (perSecond >= 10_000) return `${(perSecond / 1000).toFixed(1)} k`;
  return perSecond >= 1000 ? `${(perSecond / 1000).toFixed(2)} k` : perSecond.toFixed(0);
}

export const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
export const mb = (value) => `${value.toFixed(0)} MB`;

// columns: [name, …]; rows: [[text, …], …]
export function markdown(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}
