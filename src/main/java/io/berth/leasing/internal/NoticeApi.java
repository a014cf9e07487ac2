package io.berth.leasing.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.leasing.LeaseId;
import io.berth.leasing.NoticeId;
import io.berth.leasing.NoticeKind;
import io.berth.platform.OrganizationId;
import io.berth.policy.DecisionId;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The wire forms of notices. */
final class NoticeApi {

  private NoticeApi() {}

  /** A notice. */
  @Schema(name = "Notice", description = "What a party is told of one of its leases")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NoticeView(
      @Schema(implementation = NoticeId.class) String id,
      @Schema(description = "Who is told.", implementation = OrganizationId.class)
          String organizationId,
      @Schema(implementation = LeaseId.class) String leaseId,
      NoticeKind kind,
      @Schema(examples = "Policy no longer permits this lease: H20 is banned by the operator.")
          String message,
      @Schema(
              description = "The judgement behind it; absent where there is none.",
              implementation = DecisionId.class)
          @Nullable String decisionId,
      @Schema(description = "When the lease begins to end; absent where it does not.")
          @Nullable Instant endsAt,
      Instant at) {}

  /** Names the page in the contract. */
  @Schema(name = "NoticePage", description = "A page of notices")
  record NoticePage(List<NoticeView> items, @Nullable String nextPageToken) {}
}
