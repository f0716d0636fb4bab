import { lazy, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { HomeScreen } from '../screens/home/home-screen.js';
import { useStudio } from '../stores/use-studio.js';
import { ErrorBoundary } from './error-boundary.js';
import { usePageTitle } from './page-title.js';

const loadCapture = () => import('../screens/capture-screen.js');
const CaptureScreen = lazy(() => loadCapture().then(({ CaptureScreen: C }) => ({ default: C })));
const JobsScreen = lazy(() => import('../screens/jobs/jobs-screen.js').then(({ JobsScreen: C }) => ({ default: C })));
const SettingsScreen = lazy(() =>
  import('../screens/settings/settings-screen.js').then(({ SettingsScreen: C }) => ({ default: C })),
);
const DoctorScreen = lazy(() =>
  import('../screens/doctor/doctor-screen.js').then(({ DoctorScreen: C }) => ({ default: C })),
);

/** Home is drawn first; what one opens from it is fetched soon after. */
const FETCH_CAPTURE_MS = 400;

/** The screen that the address names. */
export function ScreenHost() {
  const { route } = useStudio();
  const screen = useStore(route, (state) => state.route.screen);
  const jobId = useStore(route, (state) => (state.route.screen === 'capture' ? state.route.jobId : undefined));
  useEffect(() => {
    const timer = setTimeout(() => void loadCapture(), FETCH_CAPTURE_MS);
    return () => clearTimeout(timer);
  }, []);
  usePageTitle(screen);
  return (
    <ErrorBoundary key={`${screen} ${jobId}`}>
      <Suspense fallback={null}>
        {screen === 'home' && <HomeScreen />}
        {jobId !== undefined && <CaptureScreen jobId={jobId} />}
        {screen === 'jobs' && <JobsScreen />}
        {screen === 'settings' && <SettingsScreen />}
        {screen === 'doctor' && <DoctorScreen />}
      </Suspense>
    </ErrorBoundary>
  );
}
