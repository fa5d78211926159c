import { QueryClient, type InvalidateOptions, type InvalidateQueryFilters, type QueryKey } from "@tanstack/react-query";

/**
 * A client whose `invalidateQueries` also overtakes a first reading that is under way.
 *
 * The library starts such a reading again only when an older answer is there to be shown meanwhile. Without one it waits
 * for the answer that is on its way, which may be older than the change: what was just asked for would stay unseen.
 */
export class FreshQueryClient extends QueryClient {
  override async invalidateQueries<Key extends QueryKey = QueryKey>(
    filters?: InvalidateQueryFilters<Key>,
    options?: InvalidateOptions,
  ): Promise<void> {
    const first = this.getQueryCache().findAll(filters).filter(({ state }) => state.data === undefined && state.fetchStatus === "fetching");
    await Promise.all(first.map((query) => query.cancel({ revert: true })));
    return super.invalidateQueries(filters, options);
  }
}
