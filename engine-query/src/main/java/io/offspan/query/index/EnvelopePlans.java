package io.offspan.query.index;

import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.query.value.AnyValueReader;
import io.offspan.query.value.EnvelopeMessage;
import io.offspan.query.value.Scalar;
import io.offspan.query.value.TypeCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plans of resources and instrumentation scopes, and remembers them from block to block.
 *
 * <p><b>Threads.</b> Belongs to the thread that writes the index.
 */
final class EnvelopePlans {
    private static final byte[] SERVICE_KEY = "service.name".getBytes(StandardCharsets.UTF_8);
    private static final int PLANS = 1024;
    /** In so many places a plan may stand. */
    private static final int WAYS = 8;

    private final TermWriter terms;
    private final BlockTable blocks;
    private final ScalarTerms scalars;
    private final BlockPostings postings;
    private final KeyListWriter list;
    private final Key resourceLists;
    private final Key instrumentationLists;
    private final Key service;
    private final Key serviceOfError;
    private final Key scopeName;
    private final Key scopeVersion;
    private final EnvelopeMessage message = new EnvelopeMessage();
    private final AnyValueReader reader = new AnyValueReader();
    private final Scalar value = new Scalar();
    private final @Nullable EnvelopePlan[] plans = new @Nullable EnvelopePlan[PLANS];
    /** The plans of this block, each beside the string index and the role that it was asked for with. */
    private final @Nullable EnvelopePlan[] ofBlock = new @Nullable EnvelopePlan[PLANS];

    private final long[] ofBlockTag = new long[PLANS];
    private Key[] seen = new Key[16];
    /** The groups of all plans of a chunk, and after them those that were of an earlier one. */
    private int[] groups = new int[64];

    private int groupCount;
    private int groupsMade;
    private int generation;
    private long stamp;

    EnvelopePlans(
            TermWriter terms, BlockTable blocks, ScalarTerms scalars, BlockPostings postings, KeyListWriter list) {
        this.terms = terms;
        this.blocks = blocks;
        this.scalars = scalars;
        this.postings = postings;
        this.list = list;
        resourceLists = terms.field(Scope.RESOURCE_KEYS);
        instrumentationLists = terms.field(Scope.INSTRUMENTATION_KEYS);
        service = terms.field(Scope.SERVICE);
        serviceOfError = terms.field(Scope.SERVICE_OF_ERROR);
        scopeName = terms.field(Scope.SCOPE_NAME);
        scopeVersion = terms.field(Scope.SCOPE_VERSION);
        Arrays.fill(seen, service);
    }

    /** Forgets what was decided: another chunk begins. */
    void begin() {
        generation++;
        stamp++;
        groupCount = 0;
    }

    /** Says that the strings are those of another block. */
    void enterBlock() {
        stamp++;
    }

    /** Returns the plan of a resource or scope, whose values that are not posted are in the filter of the block from then on. */
    EnvelopePlan get(Scope scope, StringHeap strings, int index, int hash) {
        long tag = stamp << 17 | (long) index << 1 | (scope == Scope.RESOURCE ? 1 : 0);
        int slot = (int) tag & PLANS - 1;
        EnvelopePlan known = ofBlock[slot];
        if (known != null && ofBlockTag[slot] == tag) {
            return known;
        }
        EnvelopePlan plan = find(scope, strings.memory(), strings.offset(index), strings.length(index), hash);
        plan.filter(blocks);
        ofBlock[slot] = plan;
        ofBlockTag[slot] = tag;
        return plan;
    }

    private EnvelopePlan find(Scope scope, Memory memory, long offset, int length, int hash) {
        int free = -1;
        for (int i = 0; i < WAYS; i++) {
            int slot = hash + i & PLANS - 1;
            EnvelopePlan plan = plans[slot];
            if (plan != null && plan.is(scope, generation, memory, offset, length, hash)) {
                plan.usedIn = stamp;
                return plan;
            }
            if (free < 0 && (plan == null || plan.usedIn != stamp)) {
                free = slot;
            }
        }
        EnvelopePlan plan = free < 0 ? null : plans[free];
        if (plan == null) {
            plan = new EnvelopePlan();
            if (free >= 0) {
                plans[free] = plan;
            }
        }
        plan.start(scope, generation, memory, offset, length, hash);
        plan.usedIn = stamp;
        fill(plan, scope, memory, offset, length);
        plan.share(postings, group());
        return plan;
    }

    private int group() {
        if (groupCount == groupsMade) {
            if (groupsMade == groups.length) {
                groups = Arrays.copyOf(groups, 2 * groupsMade);
            }
            groups[groupsMade++] = terms.group();
        }
        return groups[groupCount++];
    }

    private void fill(EnvelopePlan plan, Scope scope, Memory memory, long offset, int length) {
        boolean resource = scope == Scope.RESOURCE;
        message.wrap(memory, offset, length);
        list.clear();
        int keys = 0;
        boolean named = false;
        while (message.nextAttribute(
                resource ? EnvelopeMessage.RESOURCE_ATTRIBUTES : EnvelopeMessage.SCOPE_ATTRIBUTES)) {
            readValue(memory);
            if (resource && !named && isServiceKey(memory)) {
                named = true;
                if (value.type() == Scalar.TEXT) {
                    plan.serviceOffset = (int) (value.offset() - offset);
                    plan.serviceLength = value.length();
                }
            }
            Key key = terms.key(scope, memory, message.keyOffset(), message.keyLength());
            list.add(key, TypeCode.of(value));
            if (key != null && isFirst(key, keys)) {
                if (keys == seen.length) {
                    seen = Arrays.copyOf(seen, 2 * keys);
                }
                seen[keys++] = key;
                scalars.collect(key, value, plan);
            }
        }
        int lists = list.term(resource ? resourceLists : instrumentationLists);
        if (lists != Pages.NONE) {
            plan.addTerm(lists);
        }
        if (resource) {
            text(plan, service, memory, offset + plan.serviceOffset, plan.serviceLength);
        } else {
            scopeText(plan, scopeName, EnvelopeMessage.SCOPE_NAME, memory, offset, length);
            scopeText(plan, scopeVersion, EnvelopeMessage.SCOPE_VERSION, memory, offset, length);
        }
    }

    private boolean isServiceKey(Memory memory) {
        return message.keyLength() == SERVICE_KEY.length
                && memory.equalBytes(message.keyOffset(), SERVICE_KEY, 0, SERVICE_KEY.length);
    }

    private void readValue(Memory memory) {
        value.set(reader.wrapValueOf(memory, message.offset(), message.length()));
    }

    private boolean isFirst(Key key, int keys) {
        for (int i = 0; i < keys; i++) {
            if (seen[i] == key) {
                return false;
            }
        }
        return true;
    }

    private void scopeText(EnvelopePlan plan, Key key, int field, Memory memory, long offset, int length) {
        if (message.wrap(memory, offset, length).seekText(field)) {
            text(plan, key, memory, message.offset(), message.length());
        }
    }

    private void text(EnvelopePlan plan, Key key, Memory memory, long offset, int length) {
        int term = terms.text(key, memory, offset, length, false);
        if (term == Pages.NONE) {
            plan.addFiltered(terms.hash());
        } else {
            plan.addTerm(term);
        }
    }

    /** Posts a span with an error under its service. */
    void postError(EnvelopePlan plan, StringHeap strings, int index, BlockPostings postings, int ordinal) {
        if (plan.errorFilteredIn == stamp) {
            return;
        }
        if (plan.serviceOfError == Pages.NONE) {
            long offset = strings.offset(index) + plan.serviceOffset;
            int term = terms.text(serviceOfError, strings.memory(), offset, plan.serviceLength, false);
            if (term == Pages.NONE) {
                terms.filter();
                plan.errorFilteredIn = stamp;
                return;
            }
            plan.serviceOfError = term;
        }
        postings.add(plan.serviceOfError, ordinal);
    }
}
