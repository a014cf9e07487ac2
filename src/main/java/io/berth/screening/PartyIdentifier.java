package io.berth.screening;

import org.jspecify.annotations.Nullable;

/**
 * A number that identifies a party.
 *
 * @param type what it is, in the list's words, such as {@code Registration Number}
 * @param number as printed
 * @param country who issued it, ISO 3166-1 alpha-2; null where the list does not say
 */
public record PartyIdentifier(String type, String number, @Nullable String country) {}
