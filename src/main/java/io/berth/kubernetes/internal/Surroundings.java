package io.berth.kubernetes.internal;

import io.berth.kubernetes.domain.ClaimManifests;
import io.berth.kubernetes.domain.JobQueue;
import io.berth.kubernetes.domain.LeaseManifests;
import io.berth.leasing.LeaseDelivery;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.function.Function;

/**
 * What is around a lease's jobs: made where it is missing, and set right where somebody changed
 * what holds the lease to its bounds. Blocks.
 */
final class Surroundings {

  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final LeaseDelivery lease;

  Surroundings(KubernetesClient client, LeaseDelivery lease) {
    this.client = client;
    this.lease = lease;
  }

  /**
   * Makes and mends all of it, defaults before the quota that asks pods for what they fill in, and
   * bounds before rights.
   *
   * @param workloads whether the tenant may make pods and workloads
   * @return whether it may no more than that
   */
  boolean keep(boolean workloads) {
    boolean isTaken = workloads || revoke();
    LeaseManifests.limits(lease).ifPresent(wanted -> keep(wanted, LimitRange::getSpec));
    keep(
        LeaseManifests.quota(lease, workloads), (ResourceQuota quota) -> quota.getSpec().getHard());
    keep(LeaseManifests.networkPolicy(lease), NetworkPolicy::getSpec);
    keep(LeaseManifests.jobAccount(lease), ServiceAccount::getAutomountServiceAccountToken);
    keep(LeaseManifests.tenantAccount(lease), ServiceAccount::getAutomountServiceAccountToken);
    keep(LeaseManifests.tenantBinding(lease), RoleBinding::getSubjects);
    if (workloads) {
      ClaimManifests.tenantTemplate(lease).ifPresent(this::keepTemplate);
      keep(LeaseManifests.workloadsBinding(lease), RoleBinding::getSubjects);
    }
    return isTaken;
  }

  /**
   * What such a template says can be changed by nobody. The tenant lacks it where it is refused.
   */
  private void keepTemplate(ResourceClaimTemplate wanted) {
    try {
      keep(wanted, same -> true);
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN && e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }

  /**
   * Makes the queue that jobs go through. One that is there is left as it is: where it points
   * cannot be changed, and to stop it is the provider's. Where it cannot be made, jobs wait and say
   * so.
   *
   * @param version of Kueue's API
   */
  void queue(String version) {
    Resource<GenericKubernetesResource> queue =
        client
            .genericKubernetesResources(JobQueue.localQueues(version))
            .resource(JobQueue.of(lease, version));
    try {
      if (queue.get() == null) {
        queue.create();
      }
    } catch (KubernetesClientException e) {
      if (!JobQueues.isOfKueue(e)) {
        throw e;
      }
    }
  }

  /** Looks first: who never gave the right may not take it either. */
  private boolean revoke() {
    RoleBinding binding = LeaseManifests.workloadsBinding(lease);
    try {
      if (client.resource(binding).get() != null) {
        client.resource(binding).delete();
      }
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      return false;
    }
  }

  private <T extends HasMetadata> void keep(T wanted, Function<T, Object> essence) {
    T found = client.resource(wanted).get();
    try {
      if (found == null) {
        client.resource(wanted).create();
      } else if (!essence.apply(wanted).equals(essence.apply(found))) {
        client.resource(wanted).update();
      }
    } catch (KubernetesClientException e) {
      // Made, changed or removed by somebody else in this moment: the next step looks again.
      if (e.getCode() != CONFLICT && (e.getCode() != NOT_FOUND || found == null)) {
        throw e;
      }
    }
  }
}
