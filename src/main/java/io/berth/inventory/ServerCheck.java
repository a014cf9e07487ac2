package io.berth.inventory;

import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.util.Optional;

/** Asks a server before it is registered; the room kubernetes does it for inventory. */
public interface ServerCheck {

  /**
   * Why a cluster at that address is not to be registered: the server says that it is older than
   * what is supported. Nothing else is said here: whatever is in the way of asking, the first look
   * at the registered cluster finds it too, and shows it as a condition.
   *
   * @param server an address that has been checked; it is checked anew before it is called
   * @param credentials how the service would show itself there
   * @return a sentence for whoever provides the cluster; empty where the server is supported, or
   *     could not be asked within a bounded time. Never fails
   */
  Uni<Optional<String>> refusal(URI server, ClusterCredentials credentials);
}
