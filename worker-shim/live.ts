// Live events: the object sends the text of server-sent events over a hibernatable WebSocket, which costs
// nothing while nothing happens; the Worker passes them on and beats the heart. Who asked for a WebSocket is
// given that one itself, and JSON. At most one event of a
// subject in 250 ms; the newest wins, because an event is a whole state.
import type { Event, HttpRequest, Output } from "../wasm/callgate";

const EVENT_GAP_MS = 250;
const HEARTBEAT_MS = 15_000;
const BEHIND_MAX = 1024 * 1024;
const REQUEST_HEADER = "x-callgate-request";

type Stream = Extract<NonNullable<Output["answer"]>, { stream: unknown }>["stream"];
type Filter = Omit<Stream, "backlog" | "ends"> & { json: boolean };

/** Whether the stream of events is to be a WebSocket (RFC 6455). */
export const asksWebSocket = ({ headers }: HttpRequest) =>
  headers.some(([name, value]) => name === "upgrade" && value.toLowerCase() === "websocket");

const sseText = ({ revision, type, data }: Event) => `id: ${revision}\nevent: ${type}\ndata: ${data}\n\n`;
const jsonText = ({ revision, type, data }: Event) => `{"id":"${revision}","event":"${type}","data":${data}}`;

/** The subscribers of one object. */
export class Subscribers {
  #newest = new Map<string, Event>();
  #flushedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ctx: DurableObjectState) {}

  /** The other end of a new subscription; the backlog is on its way. */
  accept({ backlog, ends, ...filter }: Stream, json: boolean): Response {
    const { 0: ours, 1: theirs } = new WebSocketPair();
    this.ctx.acceptWebSocket(theirs);
    theirs.serializeAttachment({ ...filter, json } satisfies Filter);
    this.#send(theirs, backlog, json);
    if (ends) {
      theirs.close();
    }
    return new Response(null, { status: 101, webSocket: ours });
  }

  publish(events: Event[]): void {
    if (events.length === 0 || this.ctx.getWebSockets().length === 0) {
      return;
    }
    for (const event of events) {
      this.#newest.delete(event.subject); // what is set anew stands last: they are in the order of their revisions
      this.#newest.set(event.subject, event);
    }
    this.#timer ??= setTimeout(() => this.#flush(), Math.max(0, this.#flushedAt + EVENT_GAP_MS - Date.now()));
  }

  /** Ends the streams that run by the rights of one of these. */
  end(holders: string[] = []): void {
    for (const socket of holders.length === 0 ? [] : this.ctx.getWebSockets()) {
      const { holders: held = [] } = socket.deserializeAttachment() as Filter;
      if (held.some((one) => holders.includes(one))) {
        socket.close();
      }
    }
  }

  #flush(): void {
    this.#timer = undefined;
    this.#flushedAt = Date.now();
    const events = [...this.#newest.values()];
    this.#newest.clear();
    for (const socket of this.ctx.getWebSockets()) {
      const { subject, after_revision, json } = socket.deserializeAttachment() as Filter;
      this.#send(socket, events.filter((event) =>
        event.revision > after_revision && (subject === undefined || subject === event.subject)), json);
    }
  }

  #send(socket: WebSocket, events: Event[], json: boolean): void {
    try {
      events.map(json ? jsonText : sseText).forEach((text) => socket.send(text));
    } catch {
      // It is closing; its client comes back with the last id it saw.
    }
  }
}

export const subscription = (request: HttpRequest) =>
  new Request("https://workspace/", {
    headers: { upgrade: "websocket", [REQUEST_HEADER]: encodeURIComponent(JSON.stringify({ ...request, body: null })) },
  });

export const subscribed = (request: Request): HttpRequest =>
  ({ ...JSON.parse(decodeURIComponent(request.headers.get(REQUEST_HEADER)!)), body: new Uint8Array() });

/** The body of an event stream, fed by the object's socket until either side ends it. */
export function eventStream(socket: WebSocket): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  let behind = 0;
  const end = () => {
    clearInterval(heart);
    socket.close();
    writer.close().catch(() => {});
  };
  const write = (text: string) => {
    const bytes = encoder.encode(text);
    behind += bytes.length;
    writer.write(bytes).then(() => (behind -= bytes.length), end);
    if (behind > BEHIND_MAX) {
      end();
    }
  };
  const heart = setInterval(() => write(":\n\n"), HEARTBEAT_MS);
  writer.closed.then(end, end);
  socket.addEventListener("message", ({ data }) => write(String(data)));
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
  socket.accept();
  write("retry: 1000\n\n");
  return readable;
}
