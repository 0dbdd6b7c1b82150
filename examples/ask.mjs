// What the examples share: where callgate is, and how it is asked.
//   CALLGATE_URL     http://127.0.0.1:8787 unless set
//   CALLGATE_TOKEN   a token, from `callgate token` or `./dev token --edge URL`

const url = process.env.CALLGATE_URL ?? "http://127.0.0.1:8787";
const authorization = `Bearer ${process.env.CALLGATE_TOKEN}`;

/** The body of the answer; an Error with the status and the reason where it was refused. */
export async function ask(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  }
  return text === "" ? null : JSON.parse(text);
}

/** Events as they come (Server-Sent Events), each as its data. */
export async function* events(path) {
  const answer = await fetch(url + path, { headers: { authorization, accept: "text/event-stream" } });
  let text = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = text.slice(0, end).split("\n").find((line) => line.startsWith("data: "));
      text = text.slice(end + 2);
      if (data) {
        yield JSON.parse(data.slice(6));
      }
    }
  }
}

/** What `look` finds, asked again every 200 ms for at most a minute. */
export async function until(what, look) {
  for (let tries = 0; tries < 300; ++tries) {
    const found = await look();
    if (found) {
      return found;
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`it did not happen within a minute: ${what}`);
}
