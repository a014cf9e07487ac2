package io.berth.kubernetes.domain;

import io.berth.inventory.Node;
import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables that a pod finds. Those of a gang tell it which one it is and where the first is,
 * under the names that PyTorch's {@code env://} initialization reads (torch.distributed) and that
 * Kubeflow's training operator sets for pods: a rank is a pod, {@code torchrun} makes ranks of
 * processes from it.
 */
final class RankEnvironment {

  /** PyTorch's own default. */
  static final int MASTER_PORT = 29_500;

  private RankEnvironment() {}

  /** The host name of a rank's pod. */
  static String host(int rank) {
    return "rank-" + rank;
  }

  /** The tenant's variables, then ours, which hold where both name one. */
  static List<EnvVar> of(LeaseDelivery lease, JobDelivery job, int rank, Node node) {
    JobSpec spec = job.spec();
    Map<String, String> ours = new TreeMap<>(DeviceEnvironment.of(lease, node));
    ours.put("BERTH_LEASE_ID", lease.id().toString());
    ours.put("BERTH_JOB_ID", job.id().toString());
    ours.put("BERTH_PODS", Integer.toString(spec.parallelism()));
    ours.put("BERTH_ATTEMPT", Integer.toString(job.progress().attempt()));
    ours.put("BERTH_ACCELERATORS", Integer.toString(spec.acceleratorsOf(rank)));
    String companion = Marks.companion(job.id(), job.progress().attempt());
    if (spec.isGang()) {
      ours.put("RANK", Integer.toString(rank));
      ours.put("WORLD_SIZE", Integer.toString(spec.parallelism()));
      ours.put("MASTER_ADDR", host(0) + "." + companion);
      ours.put("MASTER_PORT", Integer.toString(MASTER_PORT));
    }
    Map<String, String> variables = new TreeMap<>(spec.env());
    variables.putAll(ours);
    List<EnvVar> env = new ArrayList<>();
    variables.forEach(
        (name, value) -> env.add(new EnvVarBuilder().withName(name).withValue(value).build()));
    for (String name : spec.secretNames()) {
      if (!ours.containsKey(name)) {
        env.add(secret(companion, name));
      }
    }
    return env;
  }

  private static EnvVar secret(String companion, String name) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewSecretKeyRef(name, companion, false)
        .endValueFrom()
        .build();
  }
}
