package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Breaks off answers that are larger than a limit. The library keeps an answer in memory whole, and
 * a cluster is its provider's: one without end would take the whole service down.
 *
 * @param bytesMax the most that is read of one answer
 */
record AnswerLimit(long bytesMax) implements Interceptor {

  /** Whether a request failed since its answer was larger. */
  static boolean isExceeded(KubernetesClientException failure) {
    return Failures.causes(failure).stream().anyMatch(ExceededException.class::isInstance);
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    return new Counting(consumer);
  }

  private final class Counting implements AsyncBody.Consumer<List<ByteBuffer>> {
    private final AsyncBody.Consumer<List<ByteBuffer>> next;
    private long bytes;

    Counting(AsyncBody.Consumer<List<ByteBuffer>> next) {
      this.next = next;
    }

    @Override
    public void consume(List<ByteBuffer> buffers, AsyncBody body) throws Exception {
      for (ByteBuffer buffer : buffers) {
        bytes += buffer.remaining();
      }
      if (bytes > bytesMax) {
        ExceededException exceeded = new ExceededException(bytesMax);
        // Said first: that the connection is broken off for it is what would be told otherwise.
        body.done().completeExceptionally(exceeded);
        body.cancel();
        throw exceeded;
      }
      next.consume(buffers, body);
    }

    @Override
    public <U> U unwrap(Class<U> target) {
      return next.unwrap(target);
    }
  }

  private static final class ExceededException extends IOException {
    ExceededException(long bytesMax) {
      super("The answer has more than " + bytesMax + " bytes.");
    }
  }
}
