package io.offspan.it.fault;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import java.util.SplittableRandom;

/** Ways to fill a draft that an encoder stumbles over, most of them after it has written a part of the span. */
enum Poison {
    /** More than a span may have. */
    TOO_LARGE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.attribute("bulk", "x".repeat(140 << 10));
        }
    },
    /** More than an ordinary slab holds, and yet legal. */
    LARGE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.attribute("bulk", new byte[60 << 10]);
        }
    },
    NULL_NAME {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.name((String) null);
        }
    },
    NULL_KEY {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.attribute((String) null, "value");
        }
    },
    NULL_VALUE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.attribute("nothing", (String) null);
        }
    },
    NULL_BYTES {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.attribute("nothing", (byte[]) null);
        }
    },
    NULL_RESOURCE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.resource((Envelope) null);
        }
    },
    NULL_SOURCE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.source(null).name(3, 4);
        }
    },
    RANGE_BEHIND_SOURCE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.source(new byte[16]).attribute(8, 100, SpanDraft.STRING, SpanDraft.range(0, 4));
        }
    },
    NEGATIVE_RANGE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.source(new byte[16]).attribute(0, 4, SpanDraft.BYTES, SpanDraft.range(-5, -9));
        }
    },
    HUGE_RANGE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.source(new byte[16]).attribute(0, 4, SpanDraft.BYTES, SpanDraft.range(0, Integer.MAX_VALUE));
        }
    },
    UNKNOWN_TYPE {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.source(new byte[16]).attribute(0, 4, (byte) 77, 5);
        }
    },
    WRONG_OBJECT {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.source(new byte[16]).attribute(0, 4, SpanDraft.STRING, SpanDraft.range(-1, 1 << 20));
        }
    },
    MANY_KEYS {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            for (int i = 0; i < 3_000; i++) {
                draft.attribute("key" + i, i);
            }
        }
    },
    BAD_EVENT {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.event(1, "good").attribute("k", "v").event(2, (String) null);
            draft.attribute("bad", (String) null).event(3, 1 << 30, 7);
        }
    },
    BAD_LINK {
        @Override
        void spoil(SpanDraft draft, SplittableRandom random) {
            draft.link(1, 2, 3).attribute("k", "v").linkTraceState(9, -9);
        }
    };

    /** The first half of the trace id of every poisoned span. */
    static final long TRACE = 0x0bad_0bad_0bad_0badL;

    private static final Poison[] ALL = values();

    abstract void spoil(SpanDraft draft, SplittableRandom random);

    /** Fills a draft with some harmless things and the poison. */
    void into(SpanDraft draft, SplittableRandom random) {
        draft.clear()
                .ids(TRACE, random.nextLong(), random.nextLong())
                .name("poison")
                .times(1, 2);
        for (int i = random.nextInt(8); i > 0; i--) {
            draft.attribute("before" + i, random.nextInt()).attribute("text" + i, "some text");
        }
        spoil(draft, random);
        draft.attribute("after", random.nextLong());
    }

    static Poison pick(SplittableRandom random) {
        return ALL[random.nextInt(ALL.length)];
    }
}
