using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using GLTFast;
using UnityEngine;

namespace Atlas
{
    /// <summary>
    /// Makes a model from a folder of photos and shows it below this object. Needs the package com.unity.cloud.gltfast; the
    /// model's JPEG texture needs no other.
    /// </summary>
    public sealed class AtlasModel : MonoBehaviour
    {
        [SerializeField] string serviceUrl = "http://127.0.0.1:8787";
        [SerializeField] string tokenFile = "";
        [SerializeField] string photoFolder = "";
        [SerializeField] string tier = "standard";

        readonly CancellationTokenSource stop = new CancellationTokenSource();

        async void Start()
        {
            try
            {
                await Make();
            }
            catch (OperationCanceledException)
            {
                // The object has gone; the job goes on and can be fetched later.
            }
            catch (Exception error)
            {
                Debug.LogException(error, this);
            }
        }

        void OnDestroy()
        {
            stop.Cancel();
        }

        async Task Make()
        {
            string token = File.ReadAllText(tokenFile).Trim();
            string[] photos = Directory.GetFiles(photoFolder);
            AtlasApi api = new AtlasApi(serviceUrl, token, JsonUtility.FromJson<AtlasJob>);
            byte[] glb = await Task.Run(() =>
            {
                AtlasJob job = api.Submit(photos, tier, Guid.NewGuid().ToString());
                job = api.Wait(job.job_id, now => Debug.Log(now.progress + " % " + now.message), stop.Token);
                if (job.status != "completed") throw new InvalidOperationException(job.message);
                return api.DownloadModel(job.job_id);
            });
            GltfImport import = new GltfImport();
            if (await import.Load(glb)) await import.InstantiateMainSceneAsync(transform);
        }
    }
}
