package dev.fairlead.steering.capacity;
import org.junit.jupiter.api.Test;
import java.util.function.*;
class ExploreTest {
  static void run(String title, Station st, double period, int n, IntToDoubleFunction load, IntConsumer change, int every) {
    System.out.println("== "+title);
    Capacities c = Capacities.NONE;
    for (int i=0;i<n;i++){ change.accept(i);
      var o = st.period(period, load.applyAsDouble(i));
      c = c.after(o);
      if (i%every==0||i==n-1){ Capacity k=c.capacity("east", o.nanos()); var row=o.all().getFirst().destinations().getFirst(); var e=c.estimators().get("east");
       var cv=k.curve(); double C=st.capacity(); double l=row.startedRps();
       System.out.printf("%4d load %6.0f ended %6.0f N %6.0f R %7.1f | true %6.0f est %-8s %7.0f ±%6.0f over %-5s pace %5.2f lv %d curve(0) %6.1f (l) %6.1f (.9C) %6.1f (C) %6.1f (1.5l) %6.1f%n", i, l, row.endedRps(), row.inFlight(), row.meanNanos()/1e6, C, k.bound(), k.rps().value(), k.rps().deviation(), k.over(), e.known().pace().factor(), e.known().profile().levels(o.nanos()).size(), cv.map(x->x.nanos(0)/1e6).orElse(0.), cv.map(x->x.nanos(l)/1e6).orElse(0.), cv.map(x->x.nanos(.9*C)/1e6).orElse(0.), cv.map(x->x.nanos(C)/1e6).orElse(0.), cv.map(x->x.nanos(1.5*l)/1e6).orElse(0.)); }
    }
  }
  @Test void a(){ 
    for (double p : new double[]{Double.parseDouble(System.getProperty("p","1"))}) {
    Station s=new Station(1,4,8,20,0); run("steady 60% p="+p,s,p,(int)(120/p),i->960,i->{},(int)(20/p));
    s=new Station(1,4,8,20,0); run("ramp over p="+p,s,p,(int)(240/p),i->Math.min(2000, 200+10*i*p),i->{},(int)(10/p));
    Station s2=new Station(1,4,8,20,0); run("10x slow, minute 2 p="+p,s2,p,(int)(180/p),i->500,i->{s2.slower= i*p>=60&&i*p<120?10:1;},(int)(5/p));
    Station s3=new Station(1,1,1000000,20,.6); run("independent 10x slow, minute 2 p="+p,s3,p,(int)(180/p),i->500,i->{s3.slower= i*p>=60&&i*p<120?10:1;},(int)(5/p));
    Station s4=new Station(1,4,8,20,0); run("scale out 4->8 at 100 p="+p,s4,p,(int)(240/p),i->i*p<60?1000:i*p<100?1700:i*p<140?1000:2500,i->{s4.endpoints= i*p>=100?8:4;},(int)(5/p));
    }
  }
}
