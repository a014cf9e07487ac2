package io.berth.audit;

import io.berth.audit.domain.CanonicalForm;
import java.time.Instant;

/**
 * The signed hash of one position of the chain, which stands for every entry up to it.
 *
 * @param position the position, from 1
 * @param hash the chain's hash there, lower-case hexadecimal
 * @param at when it was signed
 * @param keyId which key signed it
 * @param signature Ed25519 over {@link #message()} in UTF-8, base64
 */
public record Checkpoint(long position, String hash, Instant at, String keyId, String signature) {

  /** What is signed. */
  public String message() {
    return CanonicalForm.checkpoint(position, hash, at, keyId);
  }

  /** When it was signed, always with six decimals, as in what is signed. */
  public String time() {
    return CanonicalForm.time(at);
  }
}
