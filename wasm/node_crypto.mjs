// The Crypto port over node:crypto, for every home that has it (node, Workers). Each key is derived
// from the deployment's secret as the native server derives it, so that all homes make the same
// bytes from the same secret.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from "node:crypto";

const TAG_BYTES = 16;
const SECRET_BYTES_MIN = 32;

/** A deployment's secret out of a setting's text, hex or base64; undefined: too short, or neither. */
export function secretIn(text) {
  const hex = /^([0-9a-f]{2})+$/i.test(text.trim());
  const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text.trim());
  const bytes = new Uint8Array(Buffer.from(text.trim(), hex ? "hex" : "base64"));
  return (hex || base64) && bytes.length >= SECRET_BYTES_MIN ? bytes : undefined;
}

export const deriveKey = (secret, purpose) =>
  new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), purpose, 32));

export function cryptoOf(secret) {
  const keys = new Map();
  const key = (purpose) => {
    if (!keys.has(purpose)) {
      keys.set(purpose, deriveKey(secret, purpose));
    }
    return keys.get(purpose);
  };
  const hmac = (hash, secretKey, data) => createHmac(hash, secretKey).update(data).digest();
  return {
    sha256: (data) => createHash("sha256").update(data).digest(),
    hmac,
    deploymentMac: (purpose, data) => hmac("sha256", key(purpose), data),
    seal(purpose, nonce, plaintext, about) {
      const cipher = createCipheriv("aes-256-gcm", key(purpose), nonce);
      cipher.setAAD(about);
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(purpose, nonce, sealed, about) {
      if (sealed.length < TAG_BYTES) {
        return null;
      }
      const end = sealed.length - TAG_BYTES;
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv("aes-256-gcm", key(purpose), nonce, options);
      decipher.setAAD(about);
      decipher.setAuthTag(sealed.subarray(end));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
