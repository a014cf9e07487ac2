package io.berth.booking;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What of others keeps a lease from having its slots for longer.
 *
 * @param yielding the interruptible lease that has them; null of anything else
 * @param from since when they are not the lease's, from the end of its own time on
 * @param after how long it takes to free them where a lease yields: its notice and the turnaround
 */
public record InTheWay(@Nullable UUID yielding, Instant from, Duration after) {}
