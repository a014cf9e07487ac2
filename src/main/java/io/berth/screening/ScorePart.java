package io.berth.screening;

/**
 * One part of a score.
 *
 * @param kind {@code name}, {@code weakAlias}, {@code country}, {@code type} or {@code identifier}
 * @param points what it adds; the first part's points are where the score starts
 * @param detail why, for people
 */
public record ScorePart(String kind, double points, String detail) {}
