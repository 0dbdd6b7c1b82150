// Which workspaces have something ahead of them: 64 objects by hash hold workspace -> next wake, written only
// when one goes from idle to active or back. A cron sweep wakes those whose time is over by two minutes: an
// alarm that was lost, or a note that is older than the object's own alarm; waking tells which.
import { DurableObject } from "cloudflare:workers";
import { createHash } from "node:crypto";

import { workspaceOf } from "./workspace";

const SHARDS = 64;
const OVERDUE_MS = 120_000;
const KICKS_OF_SHARD = 16;
const KICKS_OF_SWEEP = 256;
const JITTER_MS = 20_000;

function shardOf(workspace: string): number {
  return createHash("sha256").update(workspace).digest().readUInt32BE() % SHARDS;
}

export class Directory extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS active" +
        " (workspace TEXT PRIMARY KEY, wake_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID");
  }

  /** null: it is idle. */
  note(workspace: string, wakeAt: number | null): void {
    if (wakeAt === null) {
      this.ctx.storage.sql.exec("DELETE FROM active WHERE workspace = ?", workspace);
    } else {
      this.ctx.storage.sql.exec(
        "INSERT INTO active VALUES (?1, ?2) ON CONFLICT DO UPDATE SET wake_at_ms = ?2", workspace, wakeAt);
    }
  }

  overdue(before: number): string[] {
    const rows = this.ctx.storage.sql.exec<{ workspace: string }>(
      "SELECT workspace FROM active WHERE wake_at_ms < ? ORDER BY wake_at_ms, workspace LIMIT ?", before, KICKS_OF_SHARD);
    return Array.from(rows, ({ workspace }) => workspace);
  }
}

export function directoryOf(env: Env, workspace: string) {
  return env.DIRECTORY.getByName(`directory-${shardOf(workspace)}`);
}

export async function sweep(env: Env): Promise<void> {
  await scheduler.wait(Math.random() * JITTER_MS); // deployments need not all sweep in the same second
  const shards = Array.from({ length: SHARDS }, (_, at) => at).sort(() => Math.random() - 0.5);
  let kicks = 0;
  for (const shard of shards) {
    const directory = env.DIRECTORY.getByName(`directory-${shard}`);
    for (const workspace of await directory.overdue(Date.now() - OVERDUE_MS)) {
      if (++kicks > KICKS_OF_SWEEP) {
        return;
      }
      try {
        await workspaceOf(env, workspace).kick();
      } catch (error) {
        console.error({ event: "workspace_not_kicked", workspace, error: String(error) });
      }
    }
  }
}
