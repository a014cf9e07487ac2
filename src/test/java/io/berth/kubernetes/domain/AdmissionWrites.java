package io.berth.kubernetes.domain;

import static io.berth.kubernetes.LeaseFixtures.NOW;
import static io.berth.kubernetes.LeaseFixtures.furnished;
import static io.berth.kubernetes.LeaseFixtures.job;
import static io.berth.kubernetes.LeaseFixtures.lease;
import static io.berth.kubernetes.LeaseFixtures.sizedSlots;
import static io.berth.kubernetes.LeaseFixtures.with;

import io.berth.kubernetes.domain.AdmissionChain.Write;
import io.berth.leasing.JobSpec;
import io.berth.leasing.LeaseDelivery;
import io.berth.leasing.LeaseDelivery.JobDelivery;
import io.berth.leasing.LeaseState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes that the policies of {@code k8s/provider/berth-admission.yaml} are asked about, by their
 * own expressions.
 */
abstract class AdmissionWrites {

  static final KubernetesSerialization JSON = new KubernetesSerialization();
  static final LeaseDelivery LEASE = lease(LeaseState.ACTIVE, sizedSlots(1, 8), sizedSlots(2, 8));
  static final String HOME = Marks.namespace(LEASE.id());
  static final String DIGITS = HOME.substring("berth-".length());
  static final String LABEL = NodeMarks.label(LEASE.id());
  static final String TENANT = "system:serviceaccount:" + HOME + ":berth-tenant";
  static final String KUBE = "system:serviceaccount:kube-system:";
  static final String BERTH = "system:serviceaccount:berth-access:berth";

  private final AdmissionChain chain =
      new AdmissionChain(
          manifest().stream()
              .filter(ValidatingAdmissionPolicy.class::isInstance)
              .map(ValidatingAdmissionPolicy.class::cast)
              .toList());

  static List<HasMetadata> manifest() {
    try {
      return JSON.unmarshal(Files.readString(Path.of("k8s/provider/berth-admission.yaml")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A tenant's pod as it comes to admission, with what the API server has filled in by then. */
  static Pod own() {
    return JSON.unmarshal(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "notebook", "namespace": "%1$s", "labels": {"app": "notebook"}},
         "spec": {
           "nodeSelector": {"%2$s": "whole"},
           "tolerations": [
             {"key": "lease.berth.io/id", "operator": "Equal", "value": "%3$s", "effect": "NoSchedule"},
             {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
             {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
             {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}],
           "containers": [{
             "name": "notebook", "image": "registry.example/notebook:1", "imagePullPolicy": "Always",
             "resources": {"limits": {"nvidia.com/gpu": "1"}, "requests": {"nvidia.com/gpu": "1"}},
             "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
             "volumeMounts": [{"name": "kube-api-access-x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}]}],
           "volumes": [
             {"name": "scratch", "emptyDir": {}},
             {"name": "kube-api-access-x", "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]}}],
           "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
           "serviceAccountName": "default", "serviceAccount": "default", "schedulerName": "default-scheduler",
           "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
           "priority": 0, "enableServiceLinks": true, "preemptionPolicy": "PreemptLowerPriority"}}
        """
            .formatted(HOME, LABEL, DIGITS),
        Pod.class);
  }

  /** A pod of a Job of the service, as the Job's controller makes it. */
  static Pod ofBerth() {
    JobDelivery job = furnished(job(1, 1, 8, "train"), Map.of("TOKEN", "hush"));
    JobSpec spec = job.spec();
    Job part =
        JobManifests.parts(
                with(LEASE, job),
                job,
                PodPlan.of(spec, PodPlan.nodes(LEASE), Map.of()).orElseThrow(),
                NOW)
            .get(0);
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName(part.getMetadata().getName() + "-")
        .withNamespace(HOME)
        .withLabels(part.getSpec().getTemplate().getMetadata().getLabels())
        .addToLabels("batch.kubernetes.io/job-name", part.getMetadata().getName())
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(part.getMetadata().getName())
        .withUid("5f1b")
        .withController(true)
        .withBlockOwnerDeletion(true)
        .endOwnerReference()
        .withFinalizers("batch.kubernetes.io/job-tracking")
        .endMetadata()
        .withSpec(part.getSpec().getTemplate().getSpec())
        .editSpec()
        .withSchedulerName("default-scheduler")
        .withTerminationGracePeriodSeconds(30L)
        .withPriority(1000)
        .withPriorityClassName("providers-default")
        .endSpec()
        .build();
  }

  static Write create(String user, String resource, Object object) {
    return write("CREATE", user, resource, object, null);
  }

  static Write write(
      String operation,
      String user,
      String resource,
      @Nullable Object object,
      @Nullable Object oldObject) {
    String group =
        switch (resource.split("/", 2)[0]) {
          case "jobs", "cronjobs" -> "batch";
          case "deployments", "statefulsets", "daemonsets" -> "apps";
          case "networkpolicies" -> "networking.k8s.io";
          case "resourceclaims", "resourceclaimtemplates" -> "resource.k8s.io";
          case "roles", "rolebindings" -> "rbac.authorization.k8s.io";
          default -> "";
        };
    return new Write(operation, group, resource, HOME, user, groups(user), object, oldObject);
  }

  static List<String> groups(String user) {
    return user.startsWith("system:serviceaccount:")
        ? List.of(
            "system:serviceaccounts",
            "system:serviceaccounts:" + user.split(":")[2],
            "system:authenticated")
        : List.of("system:authenticated");
  }

  final List<String> refusals(Write write) {
    List<String> refusals = chain.refusals(write);
    AdmissionLog.keep(write, refusals);
    return refusals;
  }
}
