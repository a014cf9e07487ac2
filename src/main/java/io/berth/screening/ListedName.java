package io.berth.screening;

/**
 * A name of a listed party.
 *
 * @param text as printed, given names before family names
 * @param strength how well it points to the party
 */
public record ListedName(String text, NameStrength strength) {}
