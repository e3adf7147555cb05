package dev.fairlead.steering.capacity;
import org.junit.jupiter.api.Test;
import java.util.function.*;
class ExploreTest {
  static void run(String title, Station st, double period, int n, IntToDoubleFunction load, IntConsumer change, IntPredicate show) {
    System.out.println("== "+title);
    Capacities c = Capacities.NONE;
    for (int i=0;i<n;i++){ change.accept(i);
      var o = st.period(period, load.applyAsDouble(i));
      c = c.after(o);
      if (show.test(i)){ Capacity k=c.capacity("east", o.nanos()); var row=o.all().getFirst().destinations().getFirst(); var e=c.estimators().get("east");
       System.out.printf("%4d load %6.0f ended %6.0f N %6.0f R %7.1f | true %6.0f est %-8s %7.0f ±%6.0f over %-5s pace %s normal %s current %s lv %d full %s%n", i, row.startedRps(), row.endedRps(), row.inFlight(), row.meanNanos()/1e6, st.capacity(), k.bound(), k.rps().value(), k.rps().deviation(), k.over(), e.known().pace(), e.known().normal(), e.known().current(), e.known().profile().levels(o.nanos()).size(), e.full()); }
    }
  }
  @Test void a(){ 
    Station s=new Station(20261121,4,8,20,0); run("slow",s,1,220,i->i<60?1000:i<100?1750:i<164?500:50,i->{s.slower= i>=160&&i<204?10:1;},i->i>158);
    Station s2=new Station(20261123,4,8,20,0); run("old",s2,1,440,i->i<60?1000:i<100?1750:500,i->{},i->i>58&&i<75||i>95&&i<105||i%20==0);
  }
}
