// Signs in NCALayer, which listens on the reader's own computer, and puts the signature into the field named in data-eds.
// All words come from data- attributes; without this script the file is downloaded, signed elsewhere and uploaded.
"use strict";
const NCALAYER = "wss://127.0.0.1:13579";
const GREETING_WITHIN = 10000; // milliseconds
const OF_AN_ORGANIZATION = ["1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.2"]; // a signing key, and an organization's

// Resolves to the next message as an object; rejects when the connection is lost, says nothing in time or talks nonsense.
function nextMessage(socket, within) {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Error("absent"));
    const timer = within ? setTimeout(lost, within) : 0;
    socket.onerror = socket.onclose = lost;
    socket.onmessage = (message) => {
      clearTimeout(timer);
      try {
        resolve(JSON.parse(message.data));
      } catch {
        reject(new Error("failed"));
      }
    };
  });
}

async function sign(manifest) {
  const socket = new WebSocket(NCALAYER);
  try {
    const greeting = await nextMessage(socket, GREETING_WITHIN);
    if (!greeting?.result?.version) throw new Error("failed");
    socket.send(JSON.stringify({
      module: "kz.gov.pki.knca.basics",
      method: "sign",
      args: {
        allowedStorages: null,
        format: "cms",
        data: manifest,
        signingParams: { decode: true, encapsulate: false, digested: false, tsaProfile: {} },
        signerParams: { extKeyUsageOids: OF_AN_ORGANIZATION },
        locale: document.documentElement.lang,
      },
    }));
    const answer = await nextMessage(socket, 0);
    if (!answer?.status) throw new Error("failed", { cause: answer?.message });
    const signed = [answer.body?.result ?? []].flat()[0];
    if (!signed) throw new Error("cancelled");
    if (typeof signed !== "string" || !signed.includes("-----BEGIN CMS-----")) throw new Error("failed");
    return signed;
  } finally {
    socket.onclose = socket.onerror = socket.onmessage = null;
    socket.close();
  }
}

for (const box of document.querySelectorAll("[data-eds]")) {
  const button = box.querySelector("[data-eds-button]");
  const status = box.querySelector("[data-eds-status]");
  const field = document.getElementById(box.dataset.eds);
  const say = (kind, cause) => {
    const words = box.dataset[`eds${kind[0].toUpperCase()}${kind.slice(1)}`];
    status.textContent = cause ? `${words} (${cause})` : words;
    status.className = `notice notice-${{ waiting: "info", done: "success", cancelled: "info" }[kind] ?? "error"}`;
  };
  box.querySelector("[data-eds-ncalayer]").hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    say("waiting");
    try {
      field.value = await sign(box.dataset.edsManifest);
      say("done");
      field.form.querySelector("[type=submit]").focus();
    } catch (trouble) {
      say(["absent", "cancelled"].includes(trouble.message) ? trouble.message : "failed", trouble.cause);
    } finally {
      button.disabled = false;
    }
  });
}
