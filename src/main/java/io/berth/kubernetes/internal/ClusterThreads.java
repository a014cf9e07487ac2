package io.berth.kubernetes.internal;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that wait for clusters' answers; as many as there is work at once, which whoever
 * brings it bounds. They are not virtual ones: one that waits for a lock while it loads a class
 * keeps its carrier, and when all carriers are kept by those that wait, whoever has the lock never
 * goes on, and with it neither does an event loop that loads a class.
 */
@ApplicationScoped
public class ClusterThreads implements Executor {

  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("cluster-", 0).factory());

  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }
}
