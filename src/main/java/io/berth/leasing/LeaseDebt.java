package io.berth.leasing;

import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * What a former tenant, who sold the rest of its lease, goes on owing for it: at the price of its
 * own lease, for whatever the buyer's lease is charged for.
 *
 * @param lease of whose use it depends what is owed
 * @param position the tenant of the lease pays the debtor at 0, each debtor the next, the last the
 *     provider
 * @param resale the sale that it comes from
 * @param price what each stretch costs the debtor
 * @param reserved what is set aside for it: the most that it can come to
 * @param retained what of it is owed for capacity that was given back while the lease ran
 * @param retainedOfPayer what the debtor is owed of what is retained from who pays it: all of it
 *     but for time that the payer added, which is owed to the provider
 * @param charged what the debtor paid in the end; null before
 * @param received what the debtor was paid in the end; null before
 */
public record LeaseDebt(
    LeaseDebtId id,
    LeaseId lease,
    int position,
    ResaleId resale,
    OrganizationId debtor,
    LeasePrice price,
    Money reserved,
    Money retained,
    Money retainedOfPayer,
    @Nullable Money charged,
    @Nullable Money received) {}
