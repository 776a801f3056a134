package io.offspan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class TraceIdsTest {
    private record Id(long high, long low) {}

    @Property(tries = 50)
    void countsWhatASetWouldHold(@ForAll @Size(max = 3000) List<@LongRange(min = -20, max = 20) Long> halves) {
        TraceIds ids = new TraceIds();
        Set<Id> model = new HashSet<>();
        for (int i = 1; i < halves.size(); i++) {
            ids.add(halves.get(i - 1), halves.get(i));
            model.add(new Id(halves.get(i - 1), halves.get(i)));
            ids.add(i, -i);
            model.add(new Id(i, -i));
        }
        assertThat(ids.count()).isEqualTo(model.size());
    }
}
