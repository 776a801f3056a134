package io.offspan.query.ast;

/** Chooses spans of one trace; the trace is left out when there are none. */
public sealed interface Spanset extends Stage permits Matching, Both, Either, Related, Except, Piped {
    /** Returns how many levels the tree has. */
    int depth();
}
