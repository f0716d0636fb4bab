import { FolderOpen, ImagePlus, Images } from 'lucide-react';
import { DropZone, FileTrigger, Text } from 'react-aria-components';
import { useStore } from 'zustand';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { droppedPhotos, PHOTO_TYPES, pickPhotos } from '../../ui/photo-files.js';
import { texts } from '../../ui/texts.js';
import { startCapture } from '../start-capture.js';
import { CaptureCard } from './capture-card.js';
import { HowToPhotograph } from './how-to-photograph.js';
import './home.css';

const SHOWN = 60;

/** Where a capture begins, and those that were made before. */
export function HomeScreen() {
  const { jobs } = useStudio();
  const order = useStore(jobs, (state) => state.order);
  const isLoaded = useStore(jobs, (state) => state.isLoaded);
  const isEmpty = isLoaded && order.length === 0;
  return (
    <div className="home">
      <h1 className="visually-hidden">{texts.home.title}</h1>
      <PhotoDrop isLarge={isEmpty} />
      {isEmpty && <HowToPhotograph />}
      {order.length > 0 && (
        <section aria-labelledby="recent">
          <h2 id="recent" className="section-title">
            {texts.home.recent}
          </h2>
          <ul className="cards">
            {order.slice(0, SHOWN).map((jobId) => (
              <CaptureCard key={jobId} jobId={jobId} />
            ))}
          </ul>
          {order.length > SHOWN && (
            <a className="more-link" href="#/jobs">
              {texts.home.more(order.length - SHOWN)}
            </a>
          )}
        </section>
      )}
    </div>
  );
}

function PhotoDrop({ isLarge }: { readonly isLarge: boolean }) {
  const studio = useStudio();
  const onSelect = (list: FileList | null) => list && void startCapture(studio, pickPhotos([...list]));
  return (
    <DropZone
      className={`drop ${isLarge ? 'drop-large' : ''}`}
      onDrop={async ({ items }) => startCapture(studio, await droppedPhotos(items))}
    >
      <span className="drop-icon">
        <Images size={isLarge ? 34 : 24} strokeWidth={1.5} aria-hidden />
      </span>
      <div className="drop-words">
        <Text slot="label" className="drop-title">
          <span className="drop-rest">{isLarge ? texts.home.dropTitle : texts.home.dropAgain}</span>
          <span className="drop-release">{texts.home.release}</span>
        </Text>
        <p className="drop-hint">{texts.home.dropHint}</p>
      </div>
      <div className="drop-buttons">
        <FileTrigger allowsMultiple acceptedFileTypes={PHOTO_TYPES} onSelect={onSelect}>
          <Button id="choose-photos" kind="primary" size={isLarge ? 'l' : 'm'} icon={ImagePlus}>
            {texts.home.chooseFiles}
          </Button>
        </FileTrigger>
        <FileTrigger acceptDirectory onSelect={onSelect}>
          <Button size={isLarge ? 'l' : 'm'} icon={FolderOpen}>
            {texts.home.chooseFolder}
          </Button>
        </FileTrigger>
      </div>
    </DropZone>
  );
}
