package io.berth.screening;

import java.time.Instant;
import java.time.LocalDate;

/**
 * The version of a list that is searched.
 *
 * @param list which list
 * @param id the import that brought it
 * @param hash SHA-256 of the file, lower-case hexadecimal
 * @param asOf the day on which its authority made it, as far as it says, else of the import
 * @param entries how many parties it names
 * @param activatedAt from when on it counts
 */
public record ListVersion(
    SourceList list, ImportId id, String hash, LocalDate asOf, int entries, Instant activatedAt) {}
